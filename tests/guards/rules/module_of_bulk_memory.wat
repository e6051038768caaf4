;; Bulk memory is on.
;; expect: accepted
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))
    (memory.copy (i32.const 8) (i32.const 0) (i32.const 65528))))
