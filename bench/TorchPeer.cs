namespace MLSeqGraph.Bench;

/// <summary>PyTorch doing the same work, by way of peer.py and the first Python on the path that has it.</summary>
internal sealed class TorchPeer
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "peer.py");

    private readonly string _python;
    private readonly HashSet<string> _cases;

    private TorchPeer(string python, string version, IEnumerable<string> cases)
    {
        _python = python;
        Version = version;
        _cases = [.. cases];
    }

    internal string Version { get; }

    internal static TorchPeer? Find()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            foreach (var name in OperatingSystem.IsWindows() ? new[] { "python.exe" } : ["python3"])
            {
                var python = Path.Combine(folder, name);
                if (!File.Exists(python))
                    continue;
                try
                {
                    var lines = Processes.Output(python, [Script]).Split('\n');
                    return new(python, lines[0], lines[1].Split(' '));
                }
                catch (InvalidOperationException)
                {
                    // this Python has no PyTorch
                }
            }
        return null;
    }

    internal bool Knows(string name) => _cases.Contains(name);

    internal Measurement Measure(string name, int threads, int repeat) =>
        Measurement.FromJson(Processes.Output(_python, [Script, name, $"{threads}", $"{repeat}"], [("OMP_NUM_THREADS", $"{threads}"), ("OPENBLAS_NUM_THREADS", $"{threads}")]));
}
