import type { Section } from './command.js'

export const control: Section = {
  title: 'Control',
  commands: [
    {
      name: 'getinfo',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'Version, height, balance and settings at a glance.',
    },
    {
      name: 'help',
      usage: '( "command" )',
      named: ['command'],
      takes: [0, 1],
      json: [],
      about: 'All commands, or what is known of one.',
    },
    {
      name: 'stop',
      usage: '',
      named: [],
      takes: [0, 0],
      json: [],
      about: 'Stops the node.',
    },
  ],
}
