namespace Perfmon.Events;

/// <summary>
/// The text of a probe: a kernel function, or the path of a binary. The kernel takes its address in <c>attr.config1</c>, so whoever
/// opens the event puts there the address of <paramref name="Value"/> in UTF-8, ended by a zero byte.
/// </summary>
/// <param name="Value">The function's name or the path; it holds no zero character.</param>
public sealed record ProbeText(string Value);
