namespace Perfmon.Profiles;

/// <summary>Where a recording was made, which decides what its addresses can be looked up in.</summary>
public enum RecordingOrigin
{
    /// <summary>On this machine since it was started: kernel addresses are this kernel's, and process ids have the perf maps in /tmp.</summary>
    ThisBoot,

    /// <summary>On this machine, but under another kernel or before it was started: files are where they were, kernel addresses are others.</summary>
    ThisMachine,

    /// <summary>On another machine: a file here is used only where its build id says that it is the one that ran.</summary>
    AnotherMachine,
}
