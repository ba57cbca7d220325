/** A word-sized line without axes; decoration beside a number that is written out. */
export function Sparkline({ values, colour }: { values: readonly number[]; colour?: string }) {
  if (values.length < 2 || values.every((value) => value === 0)) return null
  const width = 120
  const height = 35
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * (width - 4) + 2
    const y = height - 3 - ((value - low) / span) * (height - 6)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  const [endX, endY] = (points.at(-1) ?? '0,0').split(',')
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      preserveAspectRatio="none"
    >
      <polyline points={points.join(' ')} fill="none" stroke={colour ?? 'currentColor'} strokeWidth="1.5" />
      <circle cx={endX} cy={endY} r="2.2" fill={colour ?? 'currentColor'} />
    </svg>
  )
}
