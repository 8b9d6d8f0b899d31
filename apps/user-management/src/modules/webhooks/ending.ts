/** How work ends when this replica does: nothing is begun once `stop` is aborted, what is on its way is given up at `cut`. */
export interface Ending {
  stop: AbortSignal;
  cut: AbortSignal;
}
