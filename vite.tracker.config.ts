import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'

const at = (path: string) => new URL(path, import.meta.url).pathname

/** Builds the one script for the shops' pages, with its types beside it. */
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      name: 'types',
      writeBundle: ({ dir = '' }) => copyFileSync(at('src/tracker/sillage.d.ts'), join(dir, 'sillage.d.ts')),
    },
  ],
  build: {
    outDir: at('dist/tracker/'),
    emptyOutDir: true,
    target: 'es2020',
    lib: {
      entry: at('src/tracker/page-script.ts'),
      formats: ['iife'],
      name: 'sillageScript',
      fileName: () => 'sillage.js',
    },
  },
})
