;; Takes more of a segment than there is, and takes from one that was dropped.
;; cases: 2
;; expect: trap: access outside memory
(data $some "some octets")
(func $attack
  (if (global.get $case)
    (then
      (data.drop $some)
      (memory.init $some (i32.const 1024) (i32.const 0) (i32.const 1))))
  (memory.init $some (i32.const 1024) (i32.const 5) (i32.const 7)))
