using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>A form that filters are written in: of QEMU's proposals one each, of kvmtool, and the kernel's own bytes.</summary>
public abstract class FilterForm
{
    /// <summary>The id of an object that is named nowhere.</summary>
    public const string DefaultId = "f0";

    private protected FilterForm(string name, string description)
    {
        Name = name;
        Description = description;
    }

    /// <summary>All forms. Reading takes the first that claims a text.</summary>
    public static IReadOnlyList<FilterForm> All { get; } =
    [
        new ObjectsForm(isJson: false),
        new ObjectsForm(isJson: true),
        new Qemu202407Form(),
        new Qemu202501Form(),
        new Qemu202504Form(),
        new ArmPropertyForm(),
        new KvmtoolForm(),
        new KernelForm(),
    ];

    /// <summary>What it is called: <c>qemu-2025-04</c>.</summary>
    public string Name { get; }

    /// <summary>Where it comes from and what it looks like, in a line.</summary>
    public string Description { get; }

    /// <summary>Whose guests it is for; null for either's.</summary>
    public virtual GuestArchitecture? Guest => null;

    /// <summary>Whether each event, or range, can have an action of its own.</summary>
    public virtual bool HasActions => false;

    /// <summary>Whether it has ranges of events.</summary>
    public virtual bool HasRanges => false;

    /// <summary>The form called <paramref name="name"/>.</summary>
    /// <exception cref="PerfmonException">There is none; the message names those there are.</exception>
    public static FilterForm Named(string name) => All.FirstOrDefault(form => form.Name == name) ?? throw new PerfmonException(
        PerfmonReason.InvalidRequest,
        $"There is no form {FilterError.Quote(name)}.\nThe forms are {string.Join(", ", All.Select(form => form.Name))}.");

    /// <summary>A filter for x86 guests in this form.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="id">The id of the object, in forms with objects.</param>
    /// <exception cref="PerfmonException">The form cannot express it; the message says what of it.</exception>
    public virtual WrittenFilter Write(PmuEventFilter filter, string id = DefaultId) => throw TranslationErrors.WrongGuest(this, GuestArchitecture.X86);

    /// <summary>A filter for Arm guests in this form.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="id">The id of the object, in forms with objects.</param>
    /// <exception cref="PerfmonException">The form cannot express it; the message says what of it.</exception>
    public virtual WrittenFilter Write(ArmEventFilter filter, string id = DefaultId) => throw TranslationErrors.WrongGuest(this, GuestArchitecture.Arm);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether <paramref name="source"/> is written in this form.</summary>
    internal abstract bool Claims(FilterSource source);

    /// <summary>What <paramref name="source"/> says, which this form claims.</summary>
    internal abstract FilterDocument Read(FilterSource source);
}
