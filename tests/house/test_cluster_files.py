"""What the page on several machines gives to schedulers is what these take, and what `tdcli` reads of them."""

import re
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tdcli.nn.runtime.cluster import WorkerInfo, current_worker
from tdcli.plan.exchange import NETWORKS, exchange
from tdcli.services.specs.compile import compile_spec
from tdcli.text.quantities import format_bytes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "several_machines.md").read_text(encoding="utf-8")


def block(title: str) -> str:
    found = re.search(rf'^```\w+ title="{title}"\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


@pytest.mark.parametrize("version", ["1.30", "1.33"])
def test_kubernetes_takes_the_job_and_its_service(version: str) -> None:
    documents = list(yaml.safe_load_all(block("training.yaml")))
    assert [each["kind"] for each in documents] == ["Service", "Job"]
    for each in documents:
        kubernetes_validate.validate(each, version, strict=True)


def test_the_pods_of_the_job_find_their_places() -> None:
    service, job = yaml.safe_load_all(block("training.yaml"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    workers = {each["name"]: each["value"] for each in container["env"]}["WORKERS"]
    assert job["spec"]["completions"] == job["spec"]["parallelism"] == int(workers)
    script = container["args"][0].replace("exec tdcli", "echo $TF_CONFIG; : tdcli")
    for index in range(int(workers)):
        environment = {"PATH": "/usr/bin:/bin", "WORKERS": workers, "JOB_COMPLETION_INDEX": str(index)}
        said = subprocess.run(
            [*container["command"], script], env=environment, check=True, capture_output=True, text=True
        )
        assert current_worker({"TF_CONFIG": said.stdout}) == WorkerInfo(index, int(workers), "TF_CONFIG")
        # An indexed job's pods are called by job and index, and found under the name of the service.
        name, port = f"{job['metadata']['name']}-{index}", service["spec"]["ports"][0]["port"]
        assert f'"{name}.{service["metadata"]["name"]}:{port}"' in said.stdout
    assert job["spec"]["template"]["spec"]["subdomain"] == service["metadata"]["name"]
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}


def test_the_shell_takes_the_script_for_slurm(tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text(block("train.sh"), encoding="utf-8")
    judge = ["shellcheck"] if shutil.which("shellcheck") else ["bash", "-n"]
    judged = subprocess.run([*judge, tmp_path / "train.sh"], check=False, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_table_of_the_network_is_what_the_plan_says() -> None:
    plan = compile_spec(ROOT / "specs" / "cnn_lstm.yaml").plan
    rows = re.findall(r"^\| ([\d,]+) \| (\S+ \SB) \| (.*) \|$", PAGE, re.MULTILINE)
    assert [row[0] for row in rows] == ["2", "4", "8", "16", "64", "256", "1,024"]
    for workers, sent, times in rows:
        sums = exchange(plan, int(workers.replace(",", "")))
        assert sent == format_bytes(sums.sent_bytes)
        assert times == " | ".join(f"{sums.seconds(speed) * 1000:.3g} ms" for speed in NETWORKS.values())
