;; Memory is not shared.
;; expect: the guard cannot be used: not acceptable WASM: threads must be enabled for shared memories (at offset 0x16)
(module
  (memory (export "memory") 1 1 shared)
  (func (export "setup"))
  (func (export "handle_update_request")))
