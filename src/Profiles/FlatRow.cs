namespace Perfmon.Profiles;

/// <summary>A row of a <see cref="FlatView"/>.</summary>
public sealed record FlatRow
{
    /// <summary>What it is of: a function's label, a module, a comm, a thread. Samples without a stack are in a row <c>[no stack]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The function; null where rows are not functions, and in the row without a stack.</summary>
    public ProfileFunction? Function { get; init; }

    /// <summary>The thread; null where rows are not threads.</summary>
    public ProfileThread? Thread { get; init; }

    /// <summary>The samples whose innermost frame it is. The rows' self add up to the profile.</summary>
    public required EventTotal Self { get; init; }

    /// <summary>The samples with it anywhere in the stack, each once, however often it recurs.</summary>
    public required EventTotal Total { get; init; }

    /// <summary><see cref="Self"/>'s weight as a part of the profile's, 0 to 1.</summary>
    public required double SelfShare { get; init; }

    /// <summary><see cref="Total"/>'s weight as a part of the profile's, 0 to 1.</summary>
    public required double TotalShare { get; init; }
}
