/** One small set of icons, drawn in the line's own colour. They stand beside words and are silent to screen readers. */

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  house: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9",
  people:
    "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3.5 19c.4-3.4 2.6-5 5.5-5s5.1 1.6 5.5 5M16 11.5a2.5 2.5 0 1 0-.6-4.9M17 14.3c2 .4 3.2 1.9 3.5 4.7",
  person: "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M5 20c.5-4 3.2-6 7-6s6.5 2 7 6",
  pencil: "M5 19l1-4L16.5 4.5l3 3L9 18l-4 1M14.5 6.5l3 3",
  fork: "M12 20v-6M12 14 6.5 8.5M12 14l5.5-5.5M6.5 13V8.5H11M13 8.5h4.5V13",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 7.5V12l3 2",
  return: "M9 6 5 10l4 4M5 10h9a5 5 0 0 1 0 10h-3",
  layers: "M12 4 4 8.5l8 4.5 8-4.5L12 4M4 13l8 4.5L20 13",
  eye: "M3 12c2.2-4 5.2-6 9-6s6.8 2 9 6c-2.2 4-5.2 6-9 6s-6.8-2-9-6M12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  hide: "M4 4l16 16M9.5 6.4A9.5 9.5 0 0 1 12 6c3.8 0 6.8 2 9 6a16 16 0 0 1-3 3.8M6.5 7.8C5.2 8.8 4 10.2 3 12c2.2 4 5.2 6 9 6 1.3 0 2.5-.2 3.6-.7",
  send: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  outbox: "M4 13v6h16v-6M12 15V4M7.5 8.5 12 4l4.5 4.5",
  settings:
    "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  sync: "M19 8a7.5 7.5 0 0 0-13.5-.5M5 16a7.5 7.5 0 0 0 13.5.5M5 3.5v4h4M19 20.5v-4h-4",
  warning: "M12 4 3 19.5h18L12 4M12 10v4.5M12 17v.2",
  info: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 11v5M12 8v.2",
  stop: "M8.5 4h7L20 8.5v7L15.5 20h-7L4 15.5v-7L8.5 4M12 8v5M12 16v.2",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20",
  plus: "M12 5v14M5 12h14",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4V8M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
  lock: "M6 11h12v9H6v-9M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  erase: "M9 6h11v12H9l-5-6 5-6M12 9.5l5 5M17 9.5l-5 5",
  lifebuoy:
    "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M6.5 6.5l3 3M14.5 14.5l3 3M17.5 6.5l-3 3M9.5 14.5l-3 3",
  file: "M7 4h7l4 4v12H7V4M14 4v4h4",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
  speech: "M4 5h16v11h-9l-4 4v-4H4V5M8 9.5h8M8 12.5h5",
  shield: "M12 4l7 2.5V12c0 4-2.8 6.8-7 8-4.2-1.2-7-4-7-8V6.5L12 4",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon(props: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path
        d={SHAPES[props.name]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
