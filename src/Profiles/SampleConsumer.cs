namespace Perfmon.Profiles;

/// <summary>What takes samples one by one: <see cref="Profile.Add"/>, <see cref="IProfileExporter.Add"/>. The sample is gone when it returns.</summary>
public delegate void SampleConsumer(in ProfileSample sample);
