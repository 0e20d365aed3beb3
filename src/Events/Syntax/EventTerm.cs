namespace Perfmon.Events.Syntax;

/// <summary>One term between the slashes of <c>pmu/…/</c>: a flag or name, or <c>key=value</c>; quotes around a value are gone.</summary>
internal sealed record EventTerm(SourceText Whole, SourceText Key, SourceText? Value)
{
    /// <summary>Where an error in the value points: at the key where there is no value.</summary>
    public SourceText Wrong => Value is { IsEmpty: false } value ? value : Key;
}
