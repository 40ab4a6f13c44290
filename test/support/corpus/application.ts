import { counterApplication } from '../simulation/counter-application.js'

/** What `--application` wants for archives of the corpus: simulated networks run the counter, not the STORE ledger. */
export default () => counterApplication
