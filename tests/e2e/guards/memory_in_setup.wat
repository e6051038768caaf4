;; Takes memory until there is no more, then writes where it was not given any.
(module
  (memory (export "memory") 1)
  (func (export "setup")
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)))
  (func (export "handle_update_request")))
