"""Runs a program on a terminal: terminal.py COLUMNS STEPS PROGRAM ARGUMENT...

STEPS is a JSON list of [what to wait for, what to type]. What the terminal got goes to stdout; the exit code is the program's.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

columns, steps, words = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(words[0], words)

seen = b""
searched = 0
deadline = time.monotonic() + 40
while time.monotonic() < deadline:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # EIO: nobody has the other end any more
        break
    if not piece:
        break
    seen += piece
    while steps and steps[0][0].encode() in seen[searched:]:
        awaited, keys = steps.pop(0)
        searched = seen.index(awaited.encode(), searched) + len(awaited.encode())
        os.write(terminal, keys.encode())
else:
    os.kill(pid, 9)
status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(seen)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 99)
