import { defineConfig } from 'vite'

// One classic script and one style sheet: scripts/shell.mjs puts both into a single page.
export default defineConfig({
  build: {
    target: 'es2022',
    cssCodeSplit: false,
    assetsInlineLimit: 1_000_000,
    modulePreload: false,
    reportCompressedSize: false,
    emptyOutDir: true,
    rollupOptions: {
      input: 'src/main.tsx',
      output: { format: 'iife', entryFileNames: 'app.js', assetFileNames: 'app[extname]' },
      // Libraries mark files for servers that render React; there is none here.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
})
