namespace Perfmon.Profiles;

/// <summary>What the rows of a <see cref="FlatView"/> are.</summary>
public enum FlatKey
{
    /// <summary>Functions.</summary>
    Function,

    /// <summary>Files, and what else holds code.</summary>
    Module,

    /// <summary>Threads' names, whatever their processes.</summary>
    Comm,

    /// <summary>Threads.</summary>
    Thread,
}
