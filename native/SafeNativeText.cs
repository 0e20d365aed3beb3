using System.Runtime.InteropServices;

namespace Perfmon.Native;

/// <summary>A nul-terminated UTF-8 text outside the garbage collector's heap, freed when disposed.</summary>
internal sealed class SafeNativeText : SafeHandle
{
    public SafeNativeText(string text)
        : base(0, ownsHandle: true) => SetHandle(Marshal.StringToCoTaskMemUTF8(text));

    public override bool IsInvalid => handle == 0;

    /// <summary>Where the text is; valid until the handle is disposed.</summary>
    public ulong Address => (ulong)handle;

    protected override bool ReleaseHandle()
    {
        Marshal.FreeCoTaskMem(handle);
        return true;
    }
}
