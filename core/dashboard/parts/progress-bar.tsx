/** A share of a whole, 0 to 1. */
export const ProgressBar = ({ share, label }: { share: number; label: string }) => (
  <span
    class="bar"
    role="progressbar"
    aria-label={label}
    aria-valuenow={Math.round(share * 100)}
    aria-valuemin={0}
    aria-valuemax={100}
  >
    <i style={{ width: `${(share * 100).toFixed(2)}%` }} />
  </span>
)
