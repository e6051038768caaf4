;; memory.grow past the limit gives -1, and changes nothing.
;; expect: accepted
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (i32.ne (memory.grow (i32.const 64)) (i32.const -1)) (then (unreachable)))
    (if (i32.ne (memory.grow (i32.const 63)) (i32.const 1)) (then (unreachable)))
    (if (i32.ne (memory.size) (i32.const 64)) (then (unreachable)))))
