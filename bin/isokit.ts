#!/usr/bin/env node
import module from 'node:module'
import { start } from '../src/cli/start.ts'

module.enableCompileCache?.() // what is loaded from here on need not be compiled the next time
await start()
