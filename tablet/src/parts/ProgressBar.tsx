/** How far something is, as a length and as figures; it moves only when the figure does. */

export function ProgressBar(props: { label: string; done: number; total: number }) {
  const share = () => (props.total > 0 ? Math.min(100, Math.floor((100 * props.done) / props.total)) : 0);
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share()}
    >
      <span style={{ width: `${share()}%` }} />
    </div>
  );
}
