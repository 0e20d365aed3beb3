namespace Perfmon.Session;

/// <summary>What is done about a descriptor that a <see cref="DescriptorLoop"/> watches.</summary>
internal interface IDescriptorHandler
{
    /// <summary>The descriptor has become readable. Called from the loop's thread, which serves others too: this is not to wait for long.</summary>
    /// <returns>False when not all is done: the loop sees to the others, and asks again.</returns>
    bool TryServe();
}
