namespace Perfmon.Kvm.Filters;

/// <summary>Something in a filter that the kernel accepts although it is surely not meant.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Entry">The index of the entry, or of the Arm range; null where it is about none alone.</param>
/// <param name="Text">A sentence that names the entry, says what is odd and what the kernel does.</param>
public sealed record FilterNotice(FilterNoticeKind Kind, int? Entry, string Text);
