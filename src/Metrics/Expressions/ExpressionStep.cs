using Perfmon.Events.Syntax;

namespace Perfmon.Metrics.Expressions;

/// <summary>What a step does with the stack of values.</summary>
internal enum StepKind
{
    /// <summary>Puts a number on it.</summary>
    Number,

    /// <summary>Puts an event's value on it.</summary>
    Event,

    /// <summary>Puts the elapsed time on it, in seconds.</summary>
    Elapsed,

    /// <summary>Changes the sign of the last.</summary>
    Negate,

    /// <summary>Takes the last two, and puts their sum on it.</summary>
    Add,

    /// <summary>Their difference.</summary>
    Subtract,

    /// <summary>Their product.</summary>
    Multiply,

    /// <summary>Their quotient.</summary>
    Divide,
}

/// <summary>One step of an expression in postfix order, which needs no recursion however deep the expression is.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Number">The number of <see cref="StepKind.Number"/>.</param>
/// <param name="Event">The index of the event of <see cref="StepKind.Event"/>.</param>
/// <param name="Divisor">What <see cref="StepKind.Divide"/> divides by, as it is written.</param>
internal sealed record ExpressionStep(StepKind Kind, double Number = 0, int Event = -1, SourceText? Divisor = null);
