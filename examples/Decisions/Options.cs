using Examples;

namespace Decisions;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal const string Transformer = "decision", Cloning = "cloning";

    internal static readonly string[] Tasks = ["keys", "cartpole"];

    internal Options() : base("Learns from recorded trajectories of mixed quality what to do to reach a return that is asked for, and "
        + "plays.")
    {
        AddData("tables train and test of recorded steps: episode, reward, action, and the state (default: generated games)");
        SomeOf("--task", Tasks, "what to play: keys, cartpole (default: both)", names => Task = names);
        Whole("--rows", 20, "recorded trajectories to train on", number => Rows = number);
        Whole("--plays", 1, "games to play for each return that is asked for (default 100)", number => Plays = number);
        AddNetwork([Transformer, Cloning], "decision (a Decision Transformer), cloning (the same network without returns)");
        AddTraining("trajectories in each step");
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[]? Task { get; private set; }

    public int? Rows { get; private set; }

    public int Plays { get; private set; } = 100;
}
