namespace Cppo.Stages.Math.Expressions

/// The work that an answer may cost was used up; the text says on what.
exception internal BudgetExceeded of string

/// A text is no mathematics that the parser knows; the text says why.
exception internal SyntaxFault of string

/// An expression has no value, for instance at a pole; the text says why.
exception internal Undefined of string

/// Counts work instead of time, so that the same answer always ends the same way. One step is about a microsecond.
[<Sealed>]
type internal Budget(maxSteps: int) =
    let mutable used = 0

    member _.Used = used

    /// Counts steps; raises `BudgetExceeded` beyond the limit.
    member _.Spend(steps: int) =
        used <- used + steps

        if used > maxSteps then
            raise (BudgetExceeded $"more than {maxSteps} steps of work")

    /// Runs one attempt with at most a share of what is left; what it used is used.
    member _.Within<'T>(most: int, attempt: Budget -> 'T) : 'T =
        let share = Budget(max 0 (min most (maxSteps - used)))

        try
            attempt share
        finally
            used <- used + share.Used
