using System.Globalization;
using System.Numerics;

namespace Perfmon.Host;

/// <summary>
/// What this process may do: <c>/proc/self/status</c>, which shows the main thread; other threads differ only where they changed
/// their own credentials.
/// </summary>
public sealed record UserPrivileges
{
    /// <summary>The effective user id; 0 is root. Null where it is unknown.</summary>
    public uint? EffectiveUserId { get; init; }

    /// <summary>The effective capabilities, bit n of the number being capability n (<c>CapEff</c>); 0 where they are unknown.</summary>
    public ulong EffectiveCapabilities { get; init; }

    /// <summary>
    /// Whether the capabilities count for perf_event_open: only those of the initial user namespace do, so root in a rootless
    /// container has them all and they do not help. True also where <c>uid_map</c> is missing: a kernel without user namespaces.
    /// </summary>
    public bool IsInInitialUserNamespace { get; init; } = true;

    /// <summary>Whether execve cannot give privileges (no_new_privs): set-user-ID programs such as sudo fail.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Whether a filter stands before system calls.</summary>
    public SeccompMode Seccomp { get; init; }

    /// <summary>The CPUs that this process may run on (<c>Cpus_allowed_list</c>); null where they are unknown.</summary>
    public CpuList? Cpus { get; init; }

    /// <summary>Whether <paramref name="capability"/> is in effect.</summary>
    public bool Holds(Capability capability) => (EffectiveCapabilities >> (int)capability & 1) != 0;

    /// <summary>Whether paranoid levels do not bind this process: CAP_PERFMON or CAP_SYS_ADMIN, in the initial user namespace.</summary>
    public bool MayMonitorAll => IsInInitialUserNamespace && (Holds(Capability.Perfmon) || Holds(Capability.SysAdmin));

    internal static UserPrivileges Read(HostReader reader)
    {
        var path = reader.Proc("self/status");
        var status = KeyedLines.Parse(reader.Text(path) ?? "");

        T? Field<T>(string key, int column = 0, NumberStyles style = NumberStyles.None)
            where T : struct, IBinaryInteger<T>
        {
            if (!status.TryGetValue(key, out var text))
            {
                return null;
            }

            if (T.TryParse(text.Split('\t').ElementAtOrDefault(column), style, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            reader.Report(path, $"'{key}' is {HostReader.Quote(text)}, which has no number in column {column + 1}");
            return null;
        }

        return new UserPrivileges
        {
            // Real, effective, saved, file system.
            EffectiveUserId = Field<uint>("Uid", column: 1),
            EffectiveCapabilities = Field<ulong>("CapEff", style: NumberStyles.AllowHexSpecifier) ?? 0,
            IsInInitialUserNamespace = reader.Text(reader.Proc("self/uid_map")) is not { } map || IsIdentity(map),
            NoNewPrivileges = Field<int>("NoNewPrivs") > 0,
            Cpus = ReadCpus(reader, path, status),
            Seccomp = (SeccompMode)(Field<int>("Seccomp") ?? 0),
        };
    }

    private static CpuList? ReadCpus(HostReader reader, string path, Dictionary<string, string> status)
    {
        if (!status.TryGetValue("Cpus_allowed_list", out var text))
        {
            return null;
        }

        if (!CpuList.TryParse(text, out var cpus, out var error))
        {
            reader.Report(path, error);
        }

        return cpus;
    }

    // The initial user namespace maps each user id to itself: first inside, first outside, how many.
    private static bool IsIdentity(string map) =>
        map.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}
