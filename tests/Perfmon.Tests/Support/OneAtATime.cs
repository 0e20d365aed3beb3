namespace Perfmon.Tests.Support;

/// <summary>
/// Tests that change the machine's settings, or look at all of this process: they run alone, after all others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "one at a time";
}
