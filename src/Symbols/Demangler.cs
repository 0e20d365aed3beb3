using Perfmon.Native.LibStdCxx;

namespace Perfmon.Symbols;

internal sealed class Demangler(bool isWanted, Notes notes) : IDisposable
{
    public string Readable(string name)
    {
        _ = notes;
        return !isWanted ? name : CxxDemangler.Demangle(name) ?? name;
    }

    public void Dispose()
    {
    }
}
