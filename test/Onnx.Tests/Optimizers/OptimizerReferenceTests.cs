namespace MLSeqGraph.Onnx.Tests.Optimizers;

/// <summary>
/// Long runs with every option against the rules written out in double precision: two parameters, of which weight decay leaves
/// one out, and clipping by the norm of both.
/// </summary>
[TestClass]
public class OptimizerReferenceTests
{
    private const int Size = 5, Steps = 60;
    private const float Rate = 0.005f, Limit = 1.5f;

    /// <summary>
    /// One element's update in double precision: gradient with the penalty, states, step from 1; what is added to the element.
    /// </summary>
    private delegate double Rule(double gradient, double[] states, int step);

    private static void Check(Optimizer optimizer, Rule rule, double decoupledDecay = 0)
    {
        var random = new Random(7);
        var (start, target) = (Floats(random), Floats(random));
        var scale = Array.ConvertAll(Floats(random), x => 2 + x);
        Value Loss(NetworkBuilder network, int from, bool decays)
        {
            var w = network.Parameter(decays ? "weight" : "bias", [Size], (_, _) => start[from..(from + Size)], decays);
            var difference = w - network.Graph.Vector(target[from..(from + Size)]);
            return Op.ReduceSum(difference * difference * network.Graph.Vector(scale[from..(from + Size)]), keepDims: false)
                * network.Input(decays ? "a" : "b", ElementType.Float, []);
        }
        var model = TrainingModel.Build(network => new(Loss(network, 0, true) + Loss(network, Size, false)), optimizer, Limit);
        using var session = new TrainingSession(model);

        var w = Array.ConvertAll(start, x => (double)x);
        var states = w.Select(_ => new double[2]).ToArray();
        var clippedSteps = 0;
        for (var step = 1; step <= Steps; step++)
        {
            // the loss's weight changes from step to step, so that the states matter
            float[] weights = [(float)(1 + 0.9 * Math.Sin(step)), (float)(1 + 0.9 * Math.Cos(step))];
            session.Feed("a", (float[])[weights[0]]);
            session.Feed("b", (float[])[weights[1]]);
            var result = session.Step(Rate);
            var gradients = w.Select((x, i) => 2 * scale[i] * (x - target[i]) * weights[i / Size]).ToArray();
            var norm = Math.Sqrt(gradients.Sum(g => g * g));
            Assert.AreEqual(norm, result.GradientNorm, 1e-4 * norm + 1e-5, $"norm in step {step}");
            clippedSteps += norm > Limit ? 1 : 0;
            for (var i = 0; i < w.Length; i++)
            {
                var decay = i < Size ? optimizer.WeightDecay : 0;
                var gradient = gradients[i] * Math.Min(1, Limit / norm);
                if (decoupledDecay != 0 && i < Size)
                    w[i] -= Rate * decoupledDecay * w[i];
                else if (decoupledDecay == 0)
                    gradient += decay * w[i];
                w[i] -= rule(gradient, states[i], step);
            }
        }
        Assert.IsTrue(clippedSteps > 5, $"{clippedSteps} of {Steps} steps were clipped");
        session.SaveParameters();
        float[] found = [.. model.Parameters["weight"].Value.As<float>(), .. model.Parameters["bias"].Value.As<float>()];
        for (var i = 0; i < w.Length; i++)
            Assert.AreEqual(w[i], found[i], 1e-6, $"element {i} after {Steps} steps from {start[i]} to {target[i]}");
    }

    [TestMethod]
    [DataRow(0f, false, 0f)]
    [DataRow(0.9f, false, 0.1f)]
    [DataRow(0.8f, true, 0.1f)]
    public void Stochastic_gradient_descent(float momentum, bool nesterov, float decay) =>
        Check(new Sgd { Momentum = momentum, Nesterov = nesterov, WeightDecay = decay }, (g, s, _) =>
        {
            s[0] = momentum * s[0] + g;
            return Rate * (nesterov ? g + momentum * s[0] : s[0]);
        });

    [TestMethod]
    [DataRow(0.9f, 0.999f, 1e-8f, 0f)]
    [DataRow(0.5f, 0.9f, 1e-3f, 0.1f)]
    public void Adam(float beta1, float beta2, float epsilon, float decay) =>
        Check(new Adam { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = decay }, AdamRule(beta1, beta2, epsilon));

    [TestMethod]
    public void AdamW_decays_the_parameter_itself() =>
        Check(new AdamW { WeightDecay = 0.1f }, AdamRule(0.9f, 0.999f, 1e-8f), decoupledDecay: 0.1);

    [TestMethod]
    public void RmsProp() => Check(new RmsProp { Alpha = 0.95f, WeightDecay = 0.05f, Epsilon = 1e-6f }, (g, s, _) =>
    {
        s[0] = 0.95f * s[0] + (1 - 0.95f) * g * g;
        return Rate * g / (Math.Sqrt(s[0]) + 1e-6f);
    });

    [TestMethod]
    public void Adagrad() => Check(new Adagrad { WeightDecay = 0.05f, Epsilon = 1e-6f }, (g, s, _) =>
    {
        s[0] += g * g;
        return Rate * g / (Math.Sqrt(s[0]) + 1e-6f);
    });

    [TestMethod]
    public void A_gradient_of_zero_moves_nothing()
    {
        foreach (var optimizer in (Optimizer[])[new Sgd(), new Sgd { Momentum = 0.9f }, new Adam(), new AdamW { WeightDecay = 0 },
            new RmsProp(), new Adagrad()])
        {
            var model = TrainingModel.Build(network => new(
                Op.ReduceSum(network.Parameter("w", [3], Initializers.Ones) * network.Input("x", ElementType.Float, [3]), keepDims: false)),
                    optimizer, clipNorm: 1);
            using var session = new TrainingSession(model);
            session.Feed("x", new float[3], 3);
            Assert.AreEqual(0f, session.Step(0.1f).GradientNorm);
            session.SaveParameters();
            CollectionAssert.AreEqual((float[])[1, 1, 1], model.Parameters["w"].Value.As<float>(), optimizer.GetType().Name);
        }
    }

    private static Rule AdamRule(double beta1, double beta2, double epsilon) => (g, s, step) =>
    {
        s[0] = beta1 * s[0] + (1 - beta1) * g;
        s[1] = beta2 * s[1] + (1 - beta2) * g * g;
        return Rate * (s[0] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(s[1] / (1 - Math.Pow(beta2, step))) + epsilon);
    };

    private static float[] Floats(Random random) => [.. Enumerable.Range(0, 2 * Size).Select(_ => random.NextSingle() * 2 - 1)];
}
