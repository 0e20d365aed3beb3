namespace Perfmon.Profiles;

/// <summary>What tells two frames apart. The less it is, the fewer stacks a profile has to keep.</summary>
public enum FrameDetail
{
    /// <summary>Function, module, kind, source file, and whether it is inlined.</summary>
    Function,

    /// <summary>The line as well.</summary>
    Line,

    /// <summary>The address as well.</summary>
    Address,
}
