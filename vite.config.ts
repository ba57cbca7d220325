import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = new URL('src/dashboard/web/', import.meta.url).pathname
const apiPort = 4001

/** `vite build` makes the served app; the gallery is built only by `--mode gallery`. */
export default defineConfig(({ mode }) => ({
  root,
  plugins: [react()],
  build: {
    outDir: new URL(mode === 'gallery' ? 'dist/gallery/' : 'dist/web/', import.meta.url).pathname,
    emptyOutDir: true,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { input: mode === 'gallery' ? `${root}gallery/index.html` : `${root}index.html` },
  },
  server: { port: 4000, strictPort: true, proxy: { '/api': `http://127.0.0.1:${apiPort}` } },
}))
