;; There is one memory.
;; expect: the guard cannot be used: not acceptable WASM: multiple memories (at offset 0x15)
(module
  (memory (export "memory") 1)
  (memory 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
