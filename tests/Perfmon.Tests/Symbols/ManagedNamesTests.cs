using Perfmon.Symbols;

namespace Perfmon.Tests.Symbols;

public sealed class ManagedNamesTests
{
    // Lines that .NET 10 wrote.
    [Theory]
    [InlineData("void [p] Hot.Space.Program::Main()[QuickJitted]", "Hot.Space.Program.Main()")]
    [InlineData("instance int32 [p] Hot.Space.Program+<>c::<Main>b__1_0(int32)[OptimizedTier1]", "Hot.Space.Program+<>c.<Main>b__1_0(int32)")]
    [InlineData("!!1 [System.Linq] System.Linq.Enumerable::Sum(class [System.Runtime]System.Collections.Generic.IEnumerable`1<!!0>)[QuickJitted]",
        "System.Linq.Enumerable.Sum(class [System.Runtime]System.Collections.Generic.IEnumerable`1<!!0>)")]
    [InlineData("class [System.Runtime]System.Collections.Generic.IEnumerable`1<!!1> [System.Linq] System.Linq.Enumerable::Select(int32)[Optimized]",
        "System.Linq.Enumerable.Select(int32)")]
    [InlineData("instance void [System.Private.CoreLib] System.Collections.Generic.List`1[System.Int32]::.ctor()[PreJIT]",
        "System.Collections.Generic.List`1[System.Int32]..ctor()")]
    [InlineData("class [A]Ns.Item[] [App] Ns.Type::Items(char[])[Tier0]", "Ns.Type.Items(char[])")]
    [InlineData("int32[] [App] Ns.Type::Numbers()", "Ns.Type.Numbers()")]
    [InlineData("stub InitThreadManagerPerfMapData<JIT_CopiedWriteBarriers>", null)]
    [InlineData("LazyCompile:~run file.js:1", null)]
    [InlineData("std::sort(int*)", null)]
    [InlineData("", null)]
    [InlineData("[", null)]
    [InlineData("[::", null)]
    public void AMethodIsReadable(string name, string? expected) => Assert.Equal(expected, ManagedNames.Readable(name));
}
