using System.Reflection;

namespace MLSeqGraph.Bench;

/// <summary>libtorch doing the same work: the project TorchSharpPeer, which is built when it is first asked for.</summary>
internal sealed class TorchSharpSide
{
    private readonly string _program;
    private readonly HashSet<string> _cases;
    private readonly Dictionary<(string Case, int Threads), string> _formulations = [];

    private TorchSharpSide(string program, string version, IEnumerable<string> cases)
    {
        (_program, Version) = (program, version);
        _cases = [.. cases];
    }

    /// <summary>libtorch's version.</summary>
    internal string Version { get; }

    /// <summary>Builds the peer and asks it what it knows.</summary>
    /// <exception cref="InvalidOperationException">
    /// It can't be built or libtorch can't be loaded; the message says in one line what is missing.
    /// </exception>
    internal static TorchSharpSide Start()
    {
        var metadata = typeof(TorchSharpSide).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        var project = metadata.Single(known => known.Key == "PeerProject").Value!;
        try
        {
            // A build server that outlives the build would keep its output open.
            string[] inProcess = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];
            string[] build = ["build", project, "-c", "Release", "-t:Build", "-getProperty:TargetPath", .. inProcess];
            var program = Processes.Output("dotnet", build);
            var lines = Processes.Output("dotnet", [program]).Split('\n');
            return new(program, lines[0].Trim(), lines[1].Trim().Split(' '));
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException(OneLine(error.Message), error);
        }
    }

    // What the loader or the build said of an error, without the rest.
    private static string OneLine(string message)
    {
        string[] lines = [.. message.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        string[] telling = ["error ", "not found", "cannot open"];
        return lines.FirstOrDefault(line => telling.Any(part => line.Contains(part, StringComparison.Ordinal))) ?? lines[0];
    }

    internal bool Knows(string name) => _cases.Contains(name);

    /// <summary>Measures a case in a process of its own. The formulation that was the fastest the first time is kept.</summary>
    internal Measurement Measure(string name, int threads, double seconds)
    {
        List<string> arguments = [_program, "measure", name, $"{threads}", FormattableString.Invariant($"{seconds}")];
        if (_formulations.TryGetValue((name, threads), out var formulation))
            arguments.Add(formulation);
        var measured = Measurement.FromJson(
            Processes.Output("dotnet", arguments, [("OMP_NUM_THREADS", $"{threads}"), ("MKL_NUM_THREADS", $"{threads}")]));
        _formulations[(name, threads)] = measured.Formulation;
        return measured;
    }
}
