/** The sizes that protocol section 6 explores, and how many states each has up to changing the two values over. */
export const FIGURES = [
  { validators: 4, rounds: 4, states: 1_802_496 },
  { validators: 5, rounds: 2, states: 4_185 },
  { validators: 6, rounds: 2, states: 9_018 },
  { validators: 7, rounds: 3, states: 2_760_642 },
  { validators: 10, rounds: 2, states: 158_272 },
] as const
