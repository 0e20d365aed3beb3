namespace Perfmon.Metrics.Expressions;

/// <summary>A formula over events, ready to be computed.</summary>
/// <param name="Steps">The formula in postfix order.</param>
/// <param name="Events">The events it names, each once, in the order they occur first.</param>
internal sealed record Expression(IReadOnlyList<ExpressionStep> Steps, IReadOnlyList<EventName> Events)
{
    /// <summary>Whether it needs the elapsed time.</summary>
    public bool NeedsElapsed => Steps.Any(step => step.Kind == StepKind.Elapsed);

    /// <summary>The value with its derivatives; null where it has none, with the reason.</summary>
    /// <param name="inputs">A value for each of <see cref="Events"/>.</param>
    /// <param name="seconds">The elapsed time.</param>
    /// <param name="reason">Why there is no value.</param>
    public Dual? Compute(IReadOnlyList<MetricInput> inputs, double seconds, out string? reason)
    {
        var values = new Stack<Dual>();
        foreach (var step in Steps)
        {
            if (step.Kind == StepKind.Divide && values.Peek().Value == 0)
            {
                reason = $"cannot divide by {step.Divisor}, which is 0";
                return null;
            }

            var right = step.Kind >= StepKind.Negate ? values.Pop() : default;
            var left = step.Kind > StepKind.Negate ? values.Pop() : default;
            values.Push(step.Kind switch
            {
                StepKind.Number => Dual.Constant(step.Number, inputs.Count),
                StepKind.Event => Dual.Input(inputs[step.Event].Value, step.Event, inputs.Count),
                StepKind.Elapsed => Dual.Constant(seconds, inputs.Count),
                StepKind.Negate => -right,
                StepKind.Add => left + right,
                StepKind.Subtract => left - right,
                StepKind.Multiply => left * right,
                _ => left / right,
            });
        }

        var result = values.Pop();
        reason = double.IsFinite(result.Value) ? null : "the value is too large for a number";
        return reason is null ? result : null;
    }
}
