using System.Text.Json;
using Perfmon.Host;
using Perfmon.Kvm.Guests;
using Perfmon.Session;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>A JSON object on a line of its own for the result, and one before it for each interval.</summary>
internal sealed class GuestJson(TextWriter output) : GuestFormat
{
    public override void Write(GuestStatResult result)
    {
        output.WriteLine(Json.Text(writer => Write(writer, result)));
        output.Flush();
    }

    /// <summary>A virtual machine, as the lists and results have it.</summary>
    public static void WriteMachine(Utf8JsonWriter writer, VirtualMachine machine, IReadOnlyList<VcpuReading>? readings = null)
    {
        writer.WriteStartObject();
        writer.WriteNumber("pid", machine.ProcessId);
        writer.WriteString("name", machine.Name);
        writer.WriteString("vcpus_from", Source(machine.Source));
        writer.WriteBoolean("numbers_of_kvm", machine.AreNumbersOfKvm);
        writer.WriteStartArray("vcpus");
        foreach (var (vcpu, reading) in readings?.Select(one => (one.Vcpu, (VcpuReading?)one)) ?? machine.Vcpus.Select(one => (one, (VcpuReading?)null)))
        {
            writer.WriteStartObject();
            writer.WriteNumber("vcpu", vcpu.Vcpu);
            writer.WriteNumber("thread", vcpu.ThreadId);
            if (reading is not null)
            {
                writer.WriteBoolean("ended", reading.HasEnded);
                Json.Number(writer, "missed_ns", reading.Missed is { } missed ? (long)missed.TotalNanoseconds : null);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, GuestStatResult result)
    {
        writer.WriteStartObject();
        if (result.IsWhole)
        {
            Json.Number(writer, "exit_code", result.ExitCode);
            writer.WriteNumber("elapsed_ns", (long)result.Length.TotalNanoseconds);
        }
        else
        {
            writer.WriteNumber("time_ns", (long)result.End.TotalNanoseconds);
            writer.WriteNumber("interval_ns", (long)result.Length.TotalNanoseconds);
        }

        writer.WritePropertyName("vm");
        WriteMachine(writer, result.Machine, result.Reading.Vcpus);
        writer.WriteStartArray("events");
        foreach (var total in result.Reading.Total)
        {
            WriteCount(writer, total, null);
        }

        foreach (var vcpu in result.Reading.Vcpus)
        {
            foreach (var count in vcpu.Counts)
            {
                WriteCount(writer, count, vcpu.Vcpu);
            }
        }

        writer.WriteEndArray();
        if (result.Reading.Statistics is { } statistics)
        {
            WriteStatistics(writer, statistics);
        }

        if (result.IsWhole)
        {
            Json.Texts(writer, "notes", result.Notes);
        }

        writer.WriteEndObject();
    }

    // The vCPU is null in what is the sum over all.
    private static void WriteCount(Utf8JsonWriter writer, EventCount count, VcpuThread? vcpu)
    {
        var result = EventResult.Of(count);
        writer.WriteStartObject();
        writer.WriteString("event", result.Name);
        Json.Number(writer, "vcpu", vcpu?.Vcpu);
        Json.Number(writer, "thread", vcpu?.ThreadId);
        writer.WriteString("state", result.State switch { CountState.Counted => "counted", CountState.Estimated => "estimated", _ => "not_counted" });
        Json.Number(writer, "value", result.Value);
        Json.Number(writer, "raw", result.Raw);
        writer.WriteNumber("enabled_ns", result.Enabled);
        writer.WriteNumber("running_ns", result.Running);
        Json.Number(writer, "low", result.Low);
        Json.Number(writer, "high", result.High);
        writer.WriteString("estimator", result.Estimator);
        writer.WriteString("reason", result.Reason);
        writer.WriteEndObject();
    }

    private static void WriteStatistics(Utf8JsonWriter writer, GuestStatistics statistics)
    {
        writer.WriteStartObject("kvm_statistics");
        writer.WriteString("source", statistics.Source switch
        {
            GuestStatisticsSource.Descriptors => "descriptors",
            GuestStatisticsSource.Monitor => "monitor",
            GuestStatisticsSource.DebugFs => "debugfs",
            _ => "none",
        });
        writer.WriteString("problem", statistics.Problem);
        writer.WritePropertyName("all");
        WriteValues(writer, statistics.Total);
        writer.WriteStartArray("vcpus");
        foreach (var (number, values) in statistics.Vcpus.OrderBy(one => one.Key))
        {
            writer.WriteStartObject();
            writer.WriteNumber("vcpu", number);
            writer.WritePropertyName("values");
            WriteValues(writer, values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, KvmStatistics? statistics)
    {
        if (statistics is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var value in statistics.Values)
        {
            writer.WritePropertyName(value.Name);
            if (value.Values.Count == 1)
            {
                writer.WriteNumberValue(value.Value);
                continue;
            }

            writer.WriteStartArray();
            foreach (var bucket in value.Values)
            {
                writer.WriteNumberValue(bucket);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static string Source(VcpuSource source) => source switch
    {
        VcpuSource.Monitor => "monitor",
        VcpuSource.ThreadNames => "thread_names",
        VcpuSource.DebugFs => "debugfs",
        _ => "none",
    };
}
