/** Which agent on this machine is meant: the option that all of `talos agent ...` have. */
import { Option } from 'commander'

export interface ConfigOptions {
  readonly config: string
}

export const configOption = () =>
  new Option('--config <file>', 'configuration of the agent').default('agent.json').env('TALOS_AGENT_CONFIG')
