namespace Perfmon.Session;

/// <summary>What a message tells: <c>PFM_MSG_*</c>.</summary>
public enum SessionMessageKind
{
    /// <summary>The monitored thread, process or command has ended. The session is unloaded; its values stay readable.</summary>
    End = 2,
}

/// <summary>A message from a session to its tool.</summary>
/// <param name="Kind">What it tells.</param>
public readonly record struct SessionMessage(SessionMessageKind Kind);
