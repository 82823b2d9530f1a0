/** The sign of the program: a person and the double. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <circle cx="8.5" cy="12" r="6.5" fill="currentColor" />
      <circle cx="15.5" cy="12" r="6" fill="currentColor" fillOpacity="0.25" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}
