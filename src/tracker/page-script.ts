import { startTracker } from './start-tracker.ts'

const running = window.sillage as { q?: [] } | undefined
// A page that asks for the script twice is tracked once.
if (running === undefined || running.q !== undefined)
  startTracker(document.currentScript as HTMLScriptElement, running?.q ?? [])
