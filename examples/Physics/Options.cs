using Examples;

namespace Physics;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Learns to simulate particles from how they moved: a graph network over those near each other, or over the "
        + "edges of a mesh, predicts accelerations, and its steps are strung together into long rollouts.")
    {
        AddData("a table of particles over time: step, particle, x, y, perhaps run and z (default: drops of a fluid in a box)");
        OneOf("--task", [Box, Cloth], "what is simulated where there is no folder (default box): drops of a fluid in a box, or a cloth "
            + "that hangs from two of its corners", name => Task = name);
        AddNetwork(Learner.Names, $"{string.Join(", ", Learner.Names)}; none is the same network without links (default gns)");
        AddTraining("times in each step");
        AddHidden();
        Whole("--particles", 20, "particles of the box (default 300), or of the cloth, rounded to a square (default 100)",
            number => Particles = number);
        Whole("--runs", 1, "runs to train on (default 12)", number => Runs = number);
        Whole("--every", 1, "takes each n-th time of a run to train on (default 4)", number => Every = number);
        Whole("--steps", 2, "steps of the rollout (default 300, of a table as many as its last run has, up to 300)",
            number => Steps = number);
        Whole("--history", 1, "last velocities that are read (default 1, which says all)", number => History = number);
        Positive("--radius", 1e9f, "the distance within which particles are linked, for --data (default: of about 8 neighbors)",
            number => Radius = number);
        Number("--noise", 0, 1, "noise on the velocities in training, as a share of their size (default 0.001, of the cloth 0.005)",
            number => Noise = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    /// <summary>Steps of a rollout that nobody asked for.</summary>
    internal const int UsualSteps = 300;

    internal const string Box = "box", Cloth = "cloth";

    /// <summary>What is simulated; null where the command line doesn't say, for drops in a box.</summary>
    public string? Task { get; private set; }

    public int? Particles { get; private set; }

    public int? Runs { get; private set; }

    public int Every { get; private set; } = 4;

    /// <summary>Steps that were asked for; null where the command line doesn't say.</summary>
    public int? Steps { get; private set; }

    public int History { get; private set; } = 1;

    public float? Radius { get; private set; }

    public float? Noise { get; private set; }

    protected override void Check()
    {
        if (Data is null)
            Refuse("is for --data: what is simulated has one of its own.", "--radius");
        else
            Refuse("is for what is simulated: leave --data out.", "--task", "--particles", "--runs");
    }
}
