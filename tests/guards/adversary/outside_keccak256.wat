;; Hashes what is not there, and to where nothing is.
;; cases: 3
;; expect: keccak256: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $keccak256 (i32.const 1024) (i32.const 1) (i32.const -1))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $keccak256 (i32.const 262113) (i32.const 0) (i32.const 1))))
  (call $keccak256 (i32.const -1) (i32.const 0) (i32.const 0)))
