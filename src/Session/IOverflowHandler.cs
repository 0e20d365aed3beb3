namespace Perfmon.Session;

/// <summary>What takes an event's overflows and acts on them. A <see cref="WatchedSignal"/> calls it under the session's lock.</summary>
internal interface IOverflowHandler
{
    /// <summary>Takes the oldest overflow there is.</summary>
    bool TryTake(out Overflow overflow);

    /// <summary>Acts on an overflow that was taken.</summary>
    void Handle(in Overflow overflow);
}
