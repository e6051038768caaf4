;; Takes memory until there is no more, and goes on as if there was.
;; expect: trap: access outside memory
(func $attack
  (loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 7)) (i32.const -1))))
  (i32.store (i32.shl (memory.size) (i32.const 16)) (i32.const 1)))
