using System.CommandLine;
using System.Net;
using System.Text.Json;
using MLSeqGraph.Cluster;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg worker</c>: runs trials of experiments that <c>mlsg experiment --cluster</c> hands over.</summary>
internal static class WorkerCommand
{
    // Larger files have to stand where all machines see them.
    private const long MostShipped = 64 << 20;

    private const string Definition = "mlsg experiment";

    internal static Command Of(Tool tool)
    {
        var cluster = new Option<string>("--cluster")
        {
            Description = "where its members and studies stand: a connection string of PostgreSQL, or a SQLite file on one machine",
            Required = true,
        };
        var trials = new Option<int>("--trials") { Description = "trials at a time", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "threads of a trial (default: the cores, shared evenly)" };
        var memory = new Option<double?>("--memory") { Description = "the most megabytes: beyond, the youngest trial fails" };
        var address = new Option<string?>("--address") { Description = "where other members reach this machine (default: its first)" };
        var port = new Option<int>("--port") { Description = "the port for that (default: any that is free)" };
        var once = new Option<bool>("--until-idle") { Description = "ends when no experiment is open" };
        var command = new Command("worker", "Joins a cluster and runs trials of the experiments that are handed to it, until Ctrl+C.")
        {
            cluster, trials, threads, memory, address, port, once,
        };
        command.SetAction(given =>
        {
            given.Check(cluster, database => !string.IsNullOrWhiteSpace(database), "a connection string of PostgreSQL, or a SQLite file");
            given.Check(trials, count => count is >= 1 and <= 1000, "1 to 1000");
            given.Check(threads, count => count >= 0, "at least 0");
            given.Check(memory, megabytes => megabytes is null or > 0, "a number above 0");
            given.Check(address, text => text is null || IPAddress.TryParse(text, out _), "an IP address, such as 192.0.2.7");
            given.Check(port, number => number is >= 0 and <= 65535, "0 to 65535");
            Work(tool, Options(tool, given.GetRequiredValue(cluster)) with
            {
                Address = given.GetValue(address) is { } text ? IPAddress.Parse(text) : null, Port = given.GetValue(port),
            }, new()
            {
                Trials = given.GetValue(trials), Threads = given.GetValue(threads), Megabytes = given.GetValue(memory),
                EndsWhenIdle = given.GetValue(once),
            }).GetAwaiter().GetResult();
        });
        return command;
    }

    /// <summary>The job of an experiment with options, on a file.</summary>
    internal static ExperimentJob JobOf(string study, string path, string[] arguments) => new(study, Definition)
    {
        Settings = JsonSerializer.Serialize(arguments),
        Files = [new(Path.GetFullPath(path), IsShipped: new FileInfo(path).Length <= MostShipped)],
    };

    /// <summary>Hands an experiment over and waits for its end.</summary>
    internal static ExperimentResult HandOver(Tool tool, string database, ExperimentJob job)
    {
        async Task<ExperimentResult> Run()
        {
            await using var cluster = await ExperimentCluster.JoinAsync(Options(tool, database), Definitions(tool), tool.Cancel);
            if (cluster.Others == 0)
                tool.Progress("Waiting for workers: mlsg worker --cluster "
                    + (database.AsSpan().ContainsAny(" ;") ? $"\"{database}\"" : database));
            return await cluster.RunAsync(job, tool.Cancel);
        }
        return Run().GetAwaiter().GetResult();
    }

    private static async Task Work(Tool tool, ClusterOptions options, WorkerLimits limits)
    {
        await using var cluster = await ExperimentCluster.JoinAsync(options, Definitions(tool), tool.Cancel);
        tool.Progress($"Joined the cluster '{options.Name}'; waiting for experiments. Ctrl+C leaves it.");
        var ended = await cluster.WorkAsync(limits, tool.Cancel);
        tool.Say($"{StudyNews.Counted(ended, "trial")} ended here.");
        tool.Fact("trials", ended);
    }

    private static ClusterOptions Options(Tool tool, string database) => new()
    {
        Database = database, Lease = tool.Lease, Log = tool.Progress,
    };

    private static ExperimentDefinitions Definitions(Tool tool) => new ExperimentDefinitions().Add(Definition, context =>
        TrainCommand.ExperimentOf(tool, JsonSerializer.Deserialize<string[]>(context.Settings)!, context.Files[0]));
}
