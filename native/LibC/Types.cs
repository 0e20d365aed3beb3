namespace Tmds.Linux;

// The C types in the signatures of Tmds.Linux.LibC, with the conversions that Perfmon uses.

internal readonly struct size_t
{
    private readonly nuint _value;

    private size_t(nuint value) => _value = value;

    public static implicit operator size_t(int value) => new((nuint)(uint)value);

    public static explicit operator size_t(ulong value) => new((nuint)value);

    public static implicit operator ulong(size_t value) => value._value;
}

internal readonly struct ssize_t
{
    private readonly nint _value;

    private ssize_t(nint value) => _value = value;

    public static implicit operator long(ssize_t value) => value._value;

    public static explicit operator ssize_t(long value) => new((nint)value);
}

internal readonly struct ulong_t
{
    private readonly nuint _value;

    private ulong_t(nuint value) => _value = value;

    public static implicit operator ulong_t(uint value) => new(value);
}

internal readonly struct off_t
{
    private readonly long _value;

    private off_t(long value) => _value = value;

    public static implicit operator off_t(long value) => new(value);
}

internal readonly struct pid_t
{
    private readonly int _value;

    private pid_t(int value) => _value = value;

    public static implicit operator pid_t(int value) => new(value);

    public static implicit operator int(pid_t value) => value._value;
}

/// <summary>An argument of <c>syscall(2)</c>: a register.</summary>
internal readonly struct syscall_arg
{
    private readonly nint _value;

    private syscall_arg(nint value) => _value = value;

    public static implicit operator syscall_arg(int value) => new(value);

    public static unsafe implicit operator syscall_arg(void* value) => new((nint)value);

    public static implicit operator ssize_t(syscall_arg value) => (ssize_t)(long)value._value;

    public static implicit operator syscall_arg(size_t value) => new((nint)(ulong)value);

    public static explicit operator int(syscall_arg value) => (int)value._value;
}

internal struct pollfd
{
    public int fd { get; set; }

    public short events { get; set; }

    public short revents { get; set; }
}
