namespace Perfmon.Tests.Kvm.Forms;

/// <summary>Filters as the proposals' own texts have them.</summary>
internal static class FilterExamples
{
    public const string SelectUmaskObject = "-object kvm-pmu-event,id=e0,action=allow,format=x86-default,select=0x3c,umask=0x00";
    public const string RawObject = "-object kvm-pmu-event,id=e1,action=deny,format=raw,code=0x01";
    public const string CounterObject = "-object kvm-pmu-counter,id=cnt,action=allow,type=x86-fixed,bitmap=0xffff0000";

    public const string July2024 =
        """{"qom-type":"kvm-pmu-filter","id":"f0","x86-fixed-counter":{"action":"allow","bitmap":"0x0"},"events":[{"action":"allow","format":"x86-masked-entry","select":"0xc4","mask":"0xff","match":"0","exclude":true}]}""";

    public const string January2025 =
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":{"bitmap":"0x0"},"events":[{"format":"x86-masked-entry","select":"0xc4","mask":"0xff","match":"0","exclude":true},{"format":"x86-masked-entry","select":"0xc5","mask":"0xff","match":"0","exclude":true}]}""";

    public const string April2025 =
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":0,"events":[{"format":"x86-masked-entry","select":196,"mask":255,"match":0,"exclude":true},{"format":"x86-masked-entry","select":197,"mask":255,"match":0,"exclude":true}]}""";

    public const string ArmProperty = "A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30";
}
