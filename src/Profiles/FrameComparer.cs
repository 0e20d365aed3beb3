namespace Perfmon.Profiles;

/// <summary>Frames are equal where they agree in what a <see cref="FrameDetail"/> tells apart.</summary>
internal sealed class FrameComparer(FrameDetail detail) : IEqualityComparer<ProfileFrame>
{
    // Strings compare by reference first, so that frames of a symboliser that keeps its names cost a few comparisons.
    public bool Equals(ProfileFrame x, ProfileFrame y) =>
        x.Kind == y.Kind && x.IsInlined == y.IsInlined
        && (detail < FrameDetail.Line || x.Line == y.Line)
        && (detail < FrameDetail.Address || x.Address == y.Address)
        && x.Function == y.Function && x.Module == y.Module && x.File == y.File;

    public int GetHashCode(ProfileFrame obj)
    {
        var own = detail switch
        {
            FrameDetail.Address => HashCode.Combine(obj.Address, obj.Line),
            FrameDetail.Line => obj.Line,
            _ => 0,
        };
        return HashCode.Combine(obj.Function.GetHashCode(), obj.Module.Length, obj.Kind, obj.IsInlined, own);
    }

    /// <summary><paramref name="frame"/> without what is not told apart, and without nulls.</summary>
    public ProfileFrame Reduce(in ProfileFrame frame) => frame with
    {
        Function = frame.Function ?? "",
        Module = frame.Module ?? "",
        Address = detail < FrameDetail.Address ? 0 : frame.Address,
        Line = detail < FrameDetail.Line ? 0 : frame.Line,
    };
}
