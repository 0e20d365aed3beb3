namespace Perfmon.Session;

/// <summary>What is done about a descriptor that a <see cref="DescriptorLoop"/> watches.</summary>
internal interface IDescriptorHandler
{
    /// <summary>The descriptor is readable. Called from the loop's thread, again and again as long as it is.</summary>
    void WhenReadable();
}
