#!/usr/bin/env node
import { start } from '../src/cli/startup/start.ts'

await start(() => import('../src/cli/command-line.ts'))
